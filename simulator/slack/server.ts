import { createApiServer } from './api-server.ts';
import { type Call, createCallLog } from './call-log.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { createFaults, type Faults } from './faults.ts';
import { newToken } from './ids.ts';
import { isObject, parseJson } from './json.ts';
import { verificationDelivery } from './payloads.ts';
import { createPeople } from './people.ts';
import type { People } from './people-types.ts';
import { createRateLimiter } from './rate-limits.ts';
import type { Clock, Seed, WorkspaceState } from './types.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export type SlackServerOptions = {
  clock: Clock;
  seed: Seed;
  botToken: string;
  signingSecret: string;
  /** Where the app takes Slack's requests; may be set later, since the app wants Slack's address first. */
  appUrl?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Real milliseconds that Slack waits for the app; Slack's own figure is the default. */
  ackTimeoutMs?: number;
  /** Dates the signatures instead of `clock`: real apps refuse what is old by real time, and `clock` may stand still. */
  signatureClock?: Clock;
  /** A state from `workspace.dump()` to go on from. */
  state?: WorkspaceState;
};

export type SlackServer = {
  /** `${url}/api/` is the app's SLACK_API_URL. */
  url: string;
  workspace: Workspace;
  people: People;
  deliver: Deliverer;
  faults: Faults;
  calls(): readonly Call[];
  onCall(listener: (call: Call) => void): () => void;
  setAppUrl(url: string): void;
  /** Slack's check of the app's URL: true where the challenge comes back. */
  verifyUrl(): Promise<boolean>;
  close(): Promise<void>;
};

/** Starts a simulated Slack: a workspace, its Web API on loopback, and the people in it. */
export async function createSlackServer(options: SlackServerOptions): Promise<SlackServer> {
  const {
    clock,
    seed,
    botToken,
    signingSecret,
    appUrl,
    ackTimeoutMs,
    signatureClock,
    state,
    port = 0,
  } = options;
  const workspace = createWorkspace({ clock, seed, ...(state !== undefined && { state }) });
  const faults = createFaults();
  const log = createCallLog();
  const api = createApiServer({
    workspace,
    clock,
    botToken,
    faults,
    log,
    limiter: createRateLimiter(clock),
  });
  await new Promise<void>((resolve, reject) => {
    api.server.once('error', reject);
    api.server.listen(port, '127.0.0.1', resolve);
  });
  const address = api.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  const url = `http://127.0.0.1:${address.port}`;
  const deliver = createDeliverer({ clock, signingSecret, appUrl, ackTimeoutMs, signatureClock });
  const people = createPeople({ workspace, clock, baseUrl: () => url, deliverer: deliver });
  return {
    url,
    workspace,
    people,
    deliver,
    faults,
    calls: log.calls,
    onCall: log.onCall,
    setAppUrl: deliver.setAppUrl,
    verifyUrl: async () => {
      const challenge = newToken();
      const sent = await deliver.send(verificationDelivery(challenge));
      const answer = parseJson(sent.body);
      return sent.body.trim() === challenge || (isObject(answer) && answer.challenge === challenge);
    },
    close: api.close,
  };
}
