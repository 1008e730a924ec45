import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/domain/grant.ts';
import { alarm } from '../../src/domain/progress.ts';
import { alarmCommand } from '../../src/slack/alarm-command.ts';
import { escapeText } from '../../src/slack/blocks.ts';
import { revokingGrant, T0 } from '../support/grants.ts';

const until = 'request.time < timestamp("2026-11-23T09:16:00Z")';
const commandFor = (...leftovers: Condition[]) =>
  alarmCommand(alarm(revokingGrant(), T0, 'refused', leftovers).grant);

describe('the command that removes access by hand', () => {
  it('names service, role, person and condition, to the letter', () => {
    expect(commandFor({ expression: until, title: 'latchkey until 09:16', description: 'Granted.' })).toBe(
      'gcloud beta iap web remove-iam-policy-binding --resource-type=cloud-run --project=acme-prod --region=us-central1 --service=billing-dashboard ' +
        "--role=roles/iap.httpsResourceAccessor --member='user:ada@acme.example' " +
        `--condition='expression=${until},title=latchkey until 09:16,description=Granted.'`,
    );
  });

  it('is one line for each binding', () => {
    const lines = commandFor(
      { expression: until, title: 'latchkey a' },
      { expression: 'true', title: 'latchkey b' },
    );
    expect(lines.split('\n')).toHaveLength(2);
  });

  it.each([
    ['latchkey, too', `'^;^expression=${until};title=latchkey, too'`],
    ['latchkey, too; ^really', `'^|^expression=${until}|title=latchkey, too; ^really'`],
    ["Ada's latchkey", `'expression=${until},title=Ada'\\''s latchkey'`],
  ])('survives what people write in the title "%s"', (title, flag) => {
    expect(commandFor({ expression: until, title }).endsWith(`--condition=${flag}`)).toBe(true);
  });

  it('shows the policy where nothing is known of the bindings, or there are more than a message holds', () => {
    expect(commandFor()).toContain('get-iam-policy');
    const many = Array.from({ length: 20 }, (_, i) => ({
      expression: `${until} && "${i}" == ""`,
      title: 'latchkey',
    }));
    const command = commandFor(...many);
    expect(command.split('\n').at(-1)).toContain('get-iam-policy');
    expect(escapeText(command).length).toBeLessThan(2_300);
  });
});
