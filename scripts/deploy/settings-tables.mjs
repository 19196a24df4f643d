// The settings of all services as Markdown, for docs/operations.md.
import { tmpdir } from 'node:os';
import { S3_SETTINGS } from '@drivesweep/object-store';
import { SERVICES, settingsOf } from './service-settings.mjs';

/**
 * Those that all services read first, then those of each.
 * @param {(head: string[], rows: string[][]) => string} table
 */
export async function settingsTables(table) {
  const lists = await Promise.all(SERVICES.map(settingsOf));
  const count = (name) => lists.filter((list) => list.some((one) => one.name === name)).length;
  const isShared = ({ name }) => count(name) === SERVICES.length;
  const s3 = Object.entries(S3_SETTINGS).map(([name, text]) => [`\`${name}\``, '', text]);
  const shared = lists[0].filter(isShared).map(rowOf);
  const section = (title, rows) =>
    `### ${title}\n\n${table(['variable', 'default', 'what'], rows)}`;
  const own = SERVICES.map((service, index) =>
    section(service, lists[index].filter((one) => !isShared(one)).map(rowOf)),
  );
  return [section('Every service', [...shared, ...s3]), ...own].join('\n\n');
}

function rowOf({ name, required, fallback, description }) {
  // The folder for temporary files is another one on other machines.
  const value = fallback?.replace(tmpdir(), '$TMPDIR');
  return [
    `\`${name}\``,
    required ? 'must be set' : value === undefined ? '' : `\`${value}\``,
    description,
  ];
}
