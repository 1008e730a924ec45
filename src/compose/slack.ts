import { createSlackHandler, type HttpHandler } from '../slack/app.ts';
import { composeFlows } from './flows.ts';
import type { Parts } from './parts.ts';

/** The handler behind `/slack/events`. */
export function composeSlack(parts: Parts): HttpHandler {
  const { config, client, log } = parts;
  return createSlackHandler({
    signingSecret: config.slack.signingSecret,
    client,
    flows: composeFlows(parts),
    log,
  });
}
