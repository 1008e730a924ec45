import { type App, peopleOf, viewerOf } from './app.ts';

/**
 * What Slack makes of a typed line: `&`, `<` and `>` escaped, and people and channels by their ids, in commands with
 * their names too ("Escape channels, users, and links sent to your app").
 */
export function asSent(app: App, who: string, line: string): string {
  const withNames = line.startsWith('/');
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const names = new Map<string, string>();
  for (const { id, name, handle } of peopleOf(app)) {
    const mention = withNames ? `<@${id}|${handle}>` : `<@${id}>`;
    names.set(`@${name}`.toLowerCase(), mention);
    names.set(`@${handle}`.toLowerCase(), mention);
  }
  for (const { id, name } of viewerOf(app, who)?.channels ?? [])
    names.set(`#${name}`.toLowerCase(), `<#${id}|${name}>`);
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
  const pattern = longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  if (pattern === '') return escaped;
  return escaped.replaceAll(
    new RegExp(`(^|\\s)(${pattern})(?![\\w-])`, 'gi'),
    (_, space: string, name: string) => space + (names.get(name.toLowerCase()) ?? name),
  );
}

/** People whose name begins as what is being typed after the last `@`. */
export function peopleFor(app: App, text: string): { readonly text: string; readonly about: string }[] {
  const [, before = '', typed] = /^(.*(?:^|\s))@([\p{L} .-]*)$/su.exec(text) ?? [];
  if (typed === undefined) return [];
  const wanted = typed.toLowerCase();
  return peopleOf(app)
    .filter(({ name, handle }) => `${name} ${handle}`.toLowerCase().includes(wanted) && name !== typed.trim())
    .map(({ name, title }) => ({ text: `${before}@${name} `, about: title }));
}
