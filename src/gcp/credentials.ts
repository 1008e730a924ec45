import { LatchkeyError, messageOf } from '../errors.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Access tokens from Application Default Credentials; the library is loaded when the first token is asked for. */
export function createTokens(): () => Promise<string | undefined> {
  let auth: Promise<{ getAccessToken(): Promise<string | null | undefined> }> | undefined;
  return async () => {
    try {
      auth ??= import('google-auth-library').then(({ GoogleAuth }) => new GoogleAuth({ scopes: SCOPE }));
      return (await (await auth).getAccessToken()) ?? undefined;
    } catch (error) {
      auth = undefined;
      const what = 'failed to get an access token for Google APIs';
      throw new LatchkeyError('unavailable', `${what}: ${messageOf(error)}`, { cause: error });
    }
  };
}
