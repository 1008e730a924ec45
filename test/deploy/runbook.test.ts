import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sourcesUnder, withoutComments } from '../support/imports.ts';

interface Logged {
  readonly where: string;
  /** Both where the call decides it. */
  readonly severities: readonly string[];
  readonly events: readonly string[];
}

/** Every call of a `log`: its severity and its event are written out, the one of two perhaps. */
function loggedIn(sources: ReadonlyMap<string, string>): Logged[] {
  return [...sources].flatMap(([where, text]) =>
    [...withoutComments(text).matchAll(/\blog\(([^,()]+),([^,()]+),/g)].map(
      ([, severity = '', event = '']) => ({
        where,
        severities: [...severity.matchAll(/'([A-Z]+)'/g)].flatMap(([, name = '']) => name),
        events: [...event.matchAll(/'([a-z-]+)'/g)].flatMap(([, name = '']) => name),
      }),
    ),
  );
}

/** The rows of the table that begins with `event`, as their cells. */
function rowsOf(text: string): string[][] {
  const table = /^\| event .*\n(?:\|.*\n)+/m.exec(text)?.[0] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const sources = sourcesUnder('src', 'functions');
const logged = loggedIn(sources).filter(({ severities }) => !severities.includes('INFO'));
const rows = rowsOf(readFileSync('deploy/README.md', 'utf8'));
const named = rows.map(([event = '']) => event.replaceAll('`', ''));

describe('the runbook', () => {
  test('has a row for every event that is logged as a warning or an error, in order, and for no other', () => {
    const events = new Set(logged.flatMap((call) => call.events));
    expect(events.size).toBeGreaterThan(20);
    expect(named).toEqual([...events].sort());
  });

  test('names the severity with which each is logged', () => {
    const wrong = logged.flatMap(({ where, severities, events }) =>
      events
        .filter((event) => !severities.every((s) => rows[named.indexOf(event)]?.[1]?.includes(s)))
        .map((event) => `${where} logs ${event} as ${severities.join(' or ')}`),
    );
    expect(wrong).toEqual([]);
  });

  test('says of each what it means and what to do', () => {
    expect(rows.filter((cells) => cells.length !== 4 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  test('misses no call: each names its event where it is made', () => {
    const calls = [...sources.values()].flatMap((text) => withoutComments(text).match(/\blog\(/g) ?? []);
    expect(loggedIn(sources)).toHaveLength(calls.length);
    expect(logged.filter(({ events }) => events.length === 0)).toEqual([]);
  });
});
