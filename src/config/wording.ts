import { field } from './cross-checks.ts';
import type { Path } from './yaml-document.ts';

const SHOWN_MAX_LENGTH = 60;

/** A path as people say it: `entitlement "billing", durations, item 3`. */
export function pathInWords(path: Path, file: unknown): string {
  const [list, index, ...rest] = path;
  const thing = list === 'projects' ? 'project' : list === 'entitlements' ? 'entitlement' : undefined;
  if (list === undefined || thing === undefined || typeof index !== 'number')
    return path.map(inWords).join(', ');
  const id = field(field(field(file, list), index), 'id');
  // A repeated or broken id would not say which one is meant.
  const name = typeof id === 'string' && id !== '' && rest[0] !== 'id' ? shown(id) : `${index + 1}`;
  return [`${thing} ${name}`, ...rest.map(inWords)].join(', ');
}

function inWords(segment: PropertyKey): string {
  return typeof segment === 'number' ? `item ${segment + 1}` : plain(String(segment));
}

/** Keys are people's writing too: one that could break the line or the sentence is quoted. */
function plain(key: string): string {
  return /^[\w.-]{1,60}$/.test(key) ? key : shown(key);
}

/** A value short enough to stand in a message, on one line. */
export function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const cut = value.length > SHOWN_MAX_LENGTH ? `${value.slice(0, SHOWN_MAX_LENGTH)}…` : value;
  return JSON.stringify(cut);
}
