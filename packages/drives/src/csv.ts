/**
 * Rows of a CSV text as RFC 4180 writes them: fields in double quotes may hold commas, line breaks and, doubled,
 * quotes. Empty lines are left out.
 *
 * @throws SyntaxError when a quoted field does not end
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    row.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      at += 1;
      // A comma at the very end has an empty field after it, which no further turn of the loop would see.
      if (at < text.length) continue;
      row.push('');
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function plainField(text: string, start: number) {
  let end = start;
  while (end < text.length && !',\r\n'.includes(text.charAt(end))) end += 1;
  return { value: text.slice(start, end), end };
}

function quotedField(text: string, start: number) {
  let value = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new SyntaxError(`the quoted field at character ${start} does not end`);
    value += text.slice(at, quote);
    if (text[quote + 1] === '"') {
      value += '"';
      at = quote + 2;
      continue;
    }
    const rest = plainField(text, quote + 1);
    return { value: value + rest.value, end: rest.end };
  }
}
