import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sourcesUnder, withoutComments } from '../support/imports.ts';

const manifest = parse(readFileSync('deploy/slack-app-manifest.yaml', 'utf8')) as {
  display_information: { name: string; description: string };
  features: {
    app_home: Record<string, boolean>;
    bot_user: { display_name: string };
    slash_commands: { command: string; url: string; should_escape: boolean; usage_hint: string }[];
  };
  oauth_config: { scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { request_url: string; bot_events: string[] };
    interactivity: Record<string, string | boolean>;
    socket_mode_enabled: boolean;
    token_rotation_enabled: boolean;
  };
};
const { features, settings } = manifest;

/** The scope of each method that is called: https://docs.slack.dev/reference/methods */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  // The addresses in the profiles have a scope of their own.
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.users.list': ['usergroups:read'],
  'views.open': [],
  'views.update': [],
  'views.push': [],
  'views.publish': [],
};

describe('the manifest of the Slack app', () => {
  test('asks for the scopes of the methods that are called, and no other', () => {
    const code = [...sourcesUnder('src/slack').values()].map(withoutComments).join('\n');
    const called = [...code.matchAll(/\bclient\s*\.((?:[a-z]\w*\.)+[a-z]\w*)\(/gi)].map(
      ([, method = '']) => method,
    );
    expect(called.length).toBeGreaterThan(5);
    expect(called.filter((method) => SCOPES[method] === undefined)).toEqual([]);
    const needed = new Set(['commands', ...called.flatMap((method) => SCOPES[method] ?? [])]);
    expect(new Set(manifest.oauth_config.scopes.bot)).toEqual(needed);
  });

  test('sends everything to the one path that the function serves, over TLS', () => {
    const { is_enabled: isEnabled, ...urls } = settings.interactivity;
    expect(isEnabled).toBe(true);
    expect(Object.keys(urls).sort()).toEqual(['message_menu_options_url', 'request_url']);
    const all = [
      ...Object.values(urls),
      settings.event_subscriptions.request_url,
      ...features.slash_commands.map(({ url }) => url),
    ];
    for (const url of all) expect(url).toMatch(/^https:\/\/[^/]+\/slack\/events$/);
    expect(new Set(all).size).toBe(1);
  });

  test('has the command, with people as mentions that can be read, the Home tab and messages that are only read', () => {
    expect(features.slash_commands).toEqual([
      expect.objectContaining({ command: '/request-access', should_escape: true }),
    ]);
    expect(features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: true,
    });
    expect(settings.event_subscriptions.bot_events).toEqual(['app_home_opened']);
    expect(settings).toMatchObject({ socket_mode_enabled: false, token_rotation_enabled: false });
  });

  test('stays within what Slack takes', () => {
    // https://docs.slack.dev/reference/app-manifest
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    expect(features.bot_user.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
    for (const { command, usage_hint: hint } of features.slash_commands) {
      expect(command.length).toBeLessThanOrEqual(32);
      expect(hint.length).toBeLessThanOrEqual(1000);
    }
  });
});
