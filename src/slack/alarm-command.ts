import { ACCESSOR_ROLE, memberOf } from '../domain/binding.ts';
import type { Condition, Grant } from '../domain/grant.ts';
import { escapeText } from './blocks.ts';

/** As much as fits in a message beside the words around it, once it is escaped. */
const MOST_CHARACTERS = 2_000;

/**
 * The commands that remove the bindings of a grant by hand, one a line, and nothing else: gcloud takes a member out of
 * the binding whose condition is the given one, to the letter. Where there is more than a message holds, or nothing is
 * known of the bindings, the last line shows the policy.
 */
export function alarmCommand(grant: Grant): string {
  const leftovers = grant.state === 'REVOKING' ? (grant.leftovers ?? []) : [];
  const lines: string[] = [];
  for (const condition of leftovers) {
    const line = removal(grant, condition);
    if (escapeText([...lines, line].join('\n')).length > MOST_CHARACTERS) break;
    lines.push(line);
  }
  const all = lines.length > 0 && lines.length === leftovers.length;
  return [...lines, ...(all ? [] : [gcloud('get-iam-policy', grant)])].join('\n');
}

function removal(grant: Grant, condition: Condition): string {
  return [
    gcloud('remove-iam-policy-binding', grant),
    `--role=${ACCESSOR_ROLE} --member=${shellQuoted(memberOf(grant))}`,
    `--condition=${shellQuoted(conditionFlag(condition))}`,
  ].join(' ');
}

function gcloud(command: string, { service: { project, region, service } }: Grant): string {
  const where = [`project=${project}`, `region=${region}`, `service=${service}`]
    .map((flag) => `--${safe(flag)}`)
    .join(' ');
  return `gcloud beta iap web ${command} --resource-type=cloud-run ${where}`;
}

/** The value of `--condition`, split at a character that no part of it has: see `gcloud topic escaping`. */
function conditionFlag({ expression, title, description }: Condition): string {
  const parts = Object.entries({ expression, title, description }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const unused = [...',;|~#%!+@'].find((c) => !parts.some((part) => part.includes(c))) ?? '\u00a7';
  return unused === ',' ? parts.join(unused) : `^${unused}^${parts.join(unused)}`;
}

/** As it is where nothing in it means anything to a shell. */
function safe(text: string): string {
  return /^[\w.:=-]+$/.test(text) ? text : shellQuoted(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
