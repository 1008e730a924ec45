import type { CatalogEntry } from '../domain/service.ts';
import { servicePath } from '../domain/service.ts';
import type { Requestable } from '../flows/list.ts';
import { clip, plainText } from './blocks.ts';

/** Options that a typeahead may answer with: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const OPTIONS_MAX = 100;
const OPTION_TEXT_MAX = 75;
const OPTION_VALUE_MAX = 150;

/**
 * Answers to what was typed into the service field: what was asked for lately first, then by name, region, project,
 * label and description. The whole catalog is searched; only the answer is limited.
 */
export function serviceOptions(
  requestable: readonly Requestable[],
  typed: string,
  /** Paths of services asked for before, latest first. */
  lately: readonly string[] = [],
): object[] {
  const words = typed
    .toLowerCase()
    .split(/[\s/]+/)
    .filter(Boolean);
  const recency = new Map(lately.map((path, i) => [path, i]));
  const ranked = requestable.flatMap(({ entry }) => {
    const rank = rankOf(entry, words);
    const path = servicePath(entry.ref);
    return rank === undefined ? [] : [{ entry, rank, path, recent: recency.get(path) ?? lately.length }];
  });
  ranked.sort((a, b) => a.recent - b.recent || a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const names = new Map<string, number>();
  for (const { entry } of requestable) names.set(entry.ref.service, (names.get(entry.ref.service) ?? 0) + 1);
  return ranked
    .slice(0, OPTIONS_MAX)
    .map(({ entry }) => serviceOption(entry, (names.get(entry.ref.service) ?? 0) > 1));
}

/** The value of an option that is there to say something, where there is no service to choose. */
export const NO_SERVICE = '-';

/** Where a menu has nothing to offer, the reason: a field that stays empty would be a dead end. */
export function sayingOption(reason: string): object {
  return { text: plainText(clip(reason, OPTION_TEXT_MAX)), value: NO_SERVICE };
}

/** How well an entry fits all words typed, the lower the better; `undefined` where one of them fits nowhere. */
function rankOf({ ref, labels, description }: CatalogEntry, words: readonly string[]): number | undefined {
  const labelled = Object.entries(labels).flat().join(' ').toLowerCase();
  let rank = 0;
  for (const word of words) {
    if (ref.service === word) rank -= 1;
    else if (ref.service.startsWith(word)) rank += 0;
    else if (ref.service.includes(word)) rank += 1;
    else if (ref.region.includes(word)) rank += 2;
    else if (ref.project.includes(word)) rank += 3;
    else if (labelled.includes(word)) rank += 4;
    else if (description.toLowerCase().includes(word)) rank += 5;
    else return undefined;
  }
  return rank;
}

/** A service in the menu; with its region in the name where several have the same. */
export function serviceOption({ ref }: Pick<CatalogEntry, 'ref'>, isShared = false): object {
  const name = isShared ? `${ref.service} (${ref.region})` : ref.service;
  return {
    text: plainText(clip(name, OPTION_TEXT_MAX)),
    description: plainText(clip(`${ref.project} · ${ref.region}`, OPTION_TEXT_MAX)),
    value: servicePath(ref).slice(0, OPTION_VALUE_MAX),
  };
}
