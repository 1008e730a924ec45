/** Structured log lines: an event's name and its facts, never a secret. */
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  event: string,
  facts: Record<string, unknown>,
) => void;
