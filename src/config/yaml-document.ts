import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { messageOf } from '../errors.ts';

export type Path = readonly PropertyKey[];

/** Something wrong at a place of a YAML file. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

export interface YamlDocument {
  /** Plain values; `undefined` where the text could not be read as YAML. */
  readonly value: unknown;
  /** What is wrong with the text as YAML, duplicate keys included. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
  /** The line of a path, or of the nearest part of it that is there. */
  lineOf(path: Path): number;
}

/** Reads YAML so that every part of it can be named by its line; never throws. */
export function readYaml(text: string): YamlDocument {
  try {
    return readUnguarded(text);
  } catch (error) {
    // Aliases that multiply without end, nesting deeper than the stack: the parser's own refusals.
    const message = `cannot be read as YAML: ${oneLine(messageOf(error))}`;
    return { value: undefined, problems: [{ line: 1, message }], lineOf: () => 1 };
  }
}

function readUnguarded(text: string): YamlDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset: number) => Math.max(1, lineCounter.linePos(offset).line);
  const lineOf = (path: Path) => lineAt(offsetOf(document, path));

  const problems = new Map<string, { line: number; message: string }>();
  // With a key that is there twice, the rest of the file can be checked all the same.
  let readable = true;
  const say = (offset: number, message: string, isReadable = false) => {
    readable &&= isReadable;
    const line = lineAt(offset);
    problems.set(`${line} ${message}`, { line, message });
  };
  for (const error of [...document.errors, ...document.warnings]) {
    say(error.pos[0], sayOf(error, text), error.code === 'DUPLICATE_KEY');
  }
  // Older YAML reads `on` as true and `1:30` as 90.
  if (document.directives.yaml.version !== '1.2') say(0, 'must be YAML 1.2');
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      say(alias.range?.[0] ?? 0, `*${oneLine(alias.source)} names no anchor before it`);
    },
  });
  const value: unknown = readable ? document.toJS({ maxAliasCount: 50 }) : undefined;
  return { value, problems: [...problems.values()], lineOf };
}

/** Where the value at a path begins, or the nearest part of it that is there: the key, for values in mappings. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (!isScalar(pair?.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(segment)] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

/** The parser's words, where they are written for the file's author; once for each place. */
function sayOf(error: YAMLParseError | YAMLWarning, text: string): string {
  if (error.code === 'MULTIPLE_DOCS') return 'must be one document: --- may stand only at the beginning';
  if (error.code !== 'DUPLICATE_KEY') return oneLine(error.message);
  const key = /^[^\s:]{1,60}/.exec(text.slice(error.pos[0]))?.[0] ?? '';
  return `the key ${key} is here a second time`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
