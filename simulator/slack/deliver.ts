import { createHmac } from 'node:crypto';
import type { Clock } from './types.ts';

export type DeliveryKind =
  | 'command'
  | 'block_actions'
  | 'view_submission'
  | 'view_closed'
  | 'block_suggestion'
  | 'event';

/** One request of Slack's to the app, kept so that it can be sent again. */
export type Delivery = { kind: DeliveryKind; contentType: string; body: string; userId?: string };

/** Slack's words for an app that does not answer as it should. */
export type DeliveryFailure =
  | 'operation_timeout'
  | 'dispatch_failed'
  | 'http_client_error'
  | 'http_service_error';

export type Sent = {
  status?: number;
  contentType: string;
  body: string;
  durationMs: number;
  failure?: DeliveryFailure;
};

/** How a request departs from a correct one, for tests of the app's checks. */
export type SendOptions = {
  /** Signs with another secret: a forged request. */
  signingSecret?: string;
  /** Seconds since the epoch in place of the clock's. */
  timestamp?: number;
  headers?: Record<string, string>;
};

export type DeliveryRecord = {
  at: number;
  kind: DeliveryKind;
  userId?: string;
  status?: number;
  failure?: DeliveryFailure;
  durationMs: number;
};

export type Deliverer = {
  setAppUrl(url: string): void;
  send(delivery: Delivery, options?: SendOptions): Promise<Sent>;
  /** Sends the same body again, as the Events API does after a failure. */
  redeliver(
    delivery: Delivery,
    retry: { num: number; reason?: 'http_timeout' | 'http_error' },
  ): Promise<Sent>;
  /** Sends the same body with a signature made with a wrong secret. */
  forge(delivery: Delivery): Promise<Sent>;
  onDelivery(listener: (record: DeliveryRecord) => void): () => void;
};

/** Slack's v0 signature over the raw body. */
export function signature(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Sends Slack's requests to the app: signed, and given up after three real seconds. */
export function createDeliverer(options: {
  clock: Clock;
  signingSecret: string;
  appUrl?: string | undefined;
  ackTimeoutMs?: number | undefined;
  signatureClock?: Clock | undefined;
}): Deliverer {
  const { clock, signingSecret, ackTimeoutMs = 3000, signatureClock = clock } = options;
  let { appUrl } = options;
  const listeners = new Set<(record: DeliveryRecord) => void>();

  const attempt = async (delivery: Delivery, send: SendOptions): Promise<Omit<Sent, 'durationMs'>> => {
    const none = { contentType: '', body: '' };
    if (appUrl === undefined) return { ...none, failure: 'dispatch_failed' };
    const timestamp = send.timestamp ?? Math.floor(signatureClock.now() / 1000);
    try {
      const response = await fetch(appUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': delivery.contentType,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': signature(send.signingSecret ?? signingSecret, timestamp, delivery.body),
          ...send.headers,
        },
        body: delivery.body,
        signal: AbortSignal.timeout(ackTimeoutMs),
      });
      const body = await response.text();
      const contentType = response.headers.get('content-type') ?? '';
      const { status } = response;
      if (response.ok) return { status, contentType, body };
      return {
        status,
        contentType,
        body,
        failure: status >= 500 ? 'http_service_error' : 'http_client_error',
      };
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      return { ...none, failure: late ? 'operation_timeout' : 'dispatch_failed' };
    }
  };

  const deliverer: Deliverer = {
    setAppUrl: (url) => {
      appUrl = url;
    },
    send: async (delivery, send = {}) => {
      const started = performance.now();
      const sent = { ...(await attempt(delivery, send)), durationMs: performance.now() - started };
      const { status, failure } = sent;
      const record: DeliveryRecord = {
        at: clock.now(),
        kind: delivery.kind,
        ...(delivery.userId !== undefined && { userId: delivery.userId }),
        ...(status !== undefined && { status }),
        ...(failure !== undefined && { failure }),
        durationMs: Math.round(sent.durationMs),
      };
      for (const listener of listeners) listener(record);
      return sent;
    },
    redeliver: (delivery, { num, reason = 'http_timeout' }) =>
      deliverer.send(delivery, {
        headers: { 'x-slack-retry-num': String(num), 'x-slack-retry-reason': reason },
      }),
    forge: (delivery) => deliverer.send(delivery, { signingSecret: `not ${signingSecret}` }),
    onDelivery: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
  return deliverer;
}
