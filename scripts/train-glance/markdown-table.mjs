/** A table whose first column is text and whose others are numbers. */
export function markdownTable(names, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const rule = names.map((_, i) => (i === 0 ? '---' : '---:'));
  return [names, rule, ...rows].map(row).join('\n');
}
