import { type ErrorCode, LatchkeyError, messageOf } from '../errors.ts';

/** One JSON call to a Google API. */
export interface Call {
  /** For failures: what is done, to what. */
  readonly operation: string;
  readonly subject: string;
  readonly url: string;
  readonly body: unknown;
  readonly timeoutMs: number;
  /** A bearer token, or `undefined` for a server on loopback that wants none. */
  readonly token: string | undefined;
}

/** Google's error statuses as the codes that callers branch on: https://google.aip.dev/193 */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  // A token that ran out on the way: the next call has a new one.
  401: 'unavailable',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  412: 'conflict',
  429: 'quota',
};

/** Posts JSON and returns the parsed answer; throws a LatchkeyError "failed to OPERATION for SUBJECT: cause". */
export async function callJson({ operation, subject, url, body, timeoutMs, token }: Call): Promise<unknown> {
  const failed = `failed to ${operation} for ${subject}`;
  if (timeoutMs <= 0) throw new LatchkeyError('timeout', `${failed}: there was no time left to try`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    text = await response.text();
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const cause = timedOut ? `no answer within ${timeoutMs} ms` : messageOf(error);
    throw new LatchkeyError(timedOut ? 'timeout' : 'unavailable', `${failed}: ${cause}`, { cause: error });
  }
  if (response.ok) return parse(text, failed);
  const { status, message } = errorIn(text);
  // Only Google says that something does not exist; a proxy's page, or a wrong address, says nothing about it.
  const isLost = response.status === 404 && status !== 'NOT_FOUND';
  const code = isLost ? 'unavailable' : codeOf(response.status);
  const retryAfter = Number(response.headers.get('retry-after'));
  throw new LatchkeyError(code, `${failed}: HTTP ${response.status} ${message}`, {
    ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
  });
}

function parse(text: string, failed: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LatchkeyError('unavailable', `${failed}: the answer was no JSON`, { cause: error });
  }
}

function codeOf(status: number): ErrorCode {
  return CODES[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
}

/** Google's status, and `STATUS: message` of its error shape, or the beginning of whatever came. */
function errorIn(text: string): { status?: string | undefined; message: string } {
  try {
    const { error } = JSON.parse(text) as { error?: { status?: string; message?: string } };
    const { status, message } = error ?? {};
    if (message) return { status, message: `${status ?? ''}: ${message}`.slice(0, 500) };
  } catch {
    // Not Google's shape: a proxy's page, say.
  }
  return { message: text.slice(0, 200) };
}
