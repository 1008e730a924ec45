// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source text
import type { Invariant } from './run.ts';

/** A deliberate mistake in the source, and the invariants of which one has to notice it. */
export interface Mutant {
  readonly name: string;
  /** Any of these may be the first to see it. */
  readonly breaks: readonly Invariant[];
  /** The first seed that is tried: a moment that is rare is not searched for anew in every test run. */
  readonly from?: number;
  readonly changes: readonly {
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
}

const one = (name: string, breaks: readonly Invariant[], file: string, from: string, to: string): Mutant => ({
  name,
  breaks,
  changes: [{ file, from, to }],
});

const SERVICE = 'src/converge/converge-service.ts';
const SETTLE = 'src/converge/settle.ts';
const HOLD = 'src/converge/hold.ts';
const POLICY = 'src/converge/fenced-policy.ts';
const VET = 'src/converge/vet.ts';
const LIMITS = 'src/converge/limits.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'no lease: whoever comes converges',
    breaks: ['I7', 'I2'],
    changes: [
      {
        file: 'simulator/embedded-services.ts',
        from: 'if (row.lease && row.lease.until > now)',
        to: 'if (false)',
      },
      {
        file: 'simulator/embedded-services.ts',
        from: 'suspect: row.lease !== undefined,',
        to: 'suspect: row.lease !== undefined && row.lease.until <= now,',
      },
    ],
  },
  {
    ...one(
      'no fence after a run that ended badly',
      ['I7', 'I2'],
      POLICY,
      'this.fence = suspect;',
      'this.fence = false;',
    ),
    from: 1130,
  },
  {
    ...one(
      'a lease that ran out is taken for one given back',
      ['I7', 'I2'],
      'simulator/embedded-services.ts',
      'suspect: row.lease !== undefined,',
      'suspect: false,',
    ),
    from: 1130,
  },
  {
    ...one(
      'a write that was not answered is forgotten',
      ['I7', 'I2'],
      POLICY,
      'this.unansweredEtag = policy.etag;',
      'this.unansweredEtag = undefined;',
    ),
    // A moment that comes once in two thousand runs.
    from: 2900,
  },
  {
    ...one(
      'what is on its way is due to a sweep only after five minutes',
      ['I2'],
      'src/domain/due.ts',
      'return grant.trouble?.retryAt ?? grant.changedAt;',
      'return grant.trouble?.retryAt ?? grant.changedAt + 300_000;',
    ),
    from: 530,
  },
  one(
    'the etag is dropped on the way',
    ['I3'],
    POLICY,
    'this.deps.iap.set(this.service, policy,',
    'this.deps.iap.set(this.service, { ...policy, etag: undefined as never },',
  ),
  one(
    'the role alone makes a binding ours',
    ['I3'],
    'src/converge/conditions.ts',
    '(binding.condition?.title?.startsWith(TITLE_PREFIX) ?? false)',
    'true',
  ),
  one(
    'the title alone makes a binding ours',
    ['I3'],
    'src/converge/conditions.ts',
    'binding.role === ACCESSOR_ROLE &&',
    '',
  ),
  one(
    'bindings of others are put behind ours',
    ['I3'],
    'src/converge/plan.ts',
    'const changed = bindings.length',
    'bindings.sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1); const changed = bindings.length',
  ),
  one(
    'active before the binding was read back',
    ['I6'],
    SERVICE,
    'await this.write(round, next);',
    'await this.write(round, next); return await this.settle(round, next);',
  ),
  one(
    'what changed since the plan is settled with the rest',
    ['I6', 'I7', 'I2'],
    SERVICE,
    'saysTheSame(then.get(g.id), g) &&',
    '',
  ),
  one('what is being revoked stays in the policy', ['I7'], SERVICE, "g.state !== 'REVOKING' &&", ''),
  one(
    'revoked without a look at the policy',
    ['I7', 'I2'],
    SETTLE,
    'const isOver = grant.term.endsAt <= now;\n',
    "const isOver = grant.term.endsAt <= now; if (grant.state === 'REVOKING') return revoked(grant, now);\n",
  ),
  {
    name: 'a revoke that failed is due no more, and nobody looks at the policy again',
    breaks: ['I2'],
    changes: [
      {
        file: 'src/domain/due.ts',
        from: "    case 'ACTIVATING':\n    case 'REVOKING':\n",
        to: "    case 'REVOKING':\n      if (grant.trouble) return null;\n    case 'ACTIVATING':\n",
      },
      { file: HOLD, from: 'verifyAt: gone && isRest ? null : verifyAt', to: 'verifyAt: null' },
    ],
  },
  {
    name: 'approvals are believed as they stand in the document',
    breaks: ['I1'],
    changes: [
      {
        file: 'src/converge/admission.ts',
        from: 'const papers = examine(grant, rules, now);',
        to: 'const papers = {}; void examine;',
      },
      {
        file: 'src/converge/admission.ts',
        from: 'const verdict = await vet(grant, rules, directory, now);',
        to: "const verdict = { kind: 'admitted' } as Awaited<ReturnType<typeof vet>>; void [directory, rules, vet];",
      },
    ],
  },
  {
    ...one(
      'the approvals of an extension are believed',
      ['I1'],
      VET,
      '[approvals, ...(term.extended ? [term.extended.approvals] : [])]',
      '[approvals]',
    ),
    from: 2150,
  },
  one(
    'the end is believed as it stands in the document',
    ['I1'],
    VET,
    'endsAt <= ceilToMinute(from + longest)',
    'from + longest > 0',
  ),
  {
    ...one(
      'the end is believed as long as the entitlement allows it to anybody',
      ['I1'],
      VET,
      'Math.min(grant.minutes, longestMinutes(entitlement))',
      'longestMinutes(entitlement)',
    ),
    from: 720,
  },
  {
    ...one(
      'what is dated ahead is believed',
      ['I1'],
      VET,
      'approvedThen && startAsked && isPast',
      'approvedThen && startAsked',
    ),
    from: 380,
  },
  one(
    'nobody asks Slack again who gets access',
    ['I1'],
    VET,
    'return await vetIdentity(grant, rules.workspace, directory);',
    "void vetIdentity; return { kind: 'admitted' };",
  ),
  one(
    'the end is rounded up past the grant',
    ['I1'],
    'src/converge/conditions.ts',
    'request.time < timestamp("${timestamp(endsAt)}")`,',
    'request.time < timestamp("${timestamp(endsAt + 60_000)}")`,',
  ),
  one(
    'access levels are left out of the condition',
    ['I1'],
    'src/converge/conditions.ts',
    '...demands.accessLevels.map((level) => `"${level}" in request.auth.access_levels`),',
    '',
  ),
  one(
    'access that is over is left in the policy',
    ['I2'],
    SERVICE,
    "g.state !== 'REVOKING' && g.term.endsAt > now",
    "g.state !== 'REVOKING'",
  ),
  one(
    'each delivery of a submission makes a grant of its own',
    ['I5'],
    'src/flows/ask.ts',
    "createHash('sha256').update(`${submission}",
    "createHash('sha256').update(`${globalThis.performance.now()}${submission}",
  ),
  one(
    'a decision does not look at the state',
    ['I4', 'I5'],
    'src/domain/decide.ts',
    "if (grant.state !== 'APPROVAL_AWAITED' || isCarriedOut(grant.approvals, by)) return late(grant);",
    "if (grant.state !== 'APPROVAL_AWAITED' && grant.state !== 'ACTIVATING') return late(grant);",
  ),
  one(
    'one person approves twice',
    ['I5', 'I1'],
    'src/domain/decide.ts',
    'if (grant.approvals.some((a) => isSame(a, by.person))) {',
    'if (grant.approvals.length > 99) {',
  ),
  one(
    'an event is not written',
    ['I4'],
    'simulator/embedded-grants.ts',
    'writes.events.push({ grantId: grant.id, event });',
    "if (event.type !== 'activated') writes.events.push({ grantId: grant.id, event });",
  ),
  one(
    'an arrow is taken as bookkeeping, without its event',
    ['I4'],
    SETTLE,
    'return revoked(grant, now);\n    case',
    "return { kind: 'keep', grant: revoked(grant, now).grant };\n    case",
  ),
  one(
    'a grant on its way is announced as active',
    ['I6'],
    'src/slack/words.ts',
    "case 'ACTIVATING':\n      return `:gear: Approved",
    "case 'ACTIVATING':\n      return `:white_check_mark: Active until ${when(grant.term.endsAt)}`;\n    case 'ACTIVATING' as never:\n      return `:gear: Approved",
  ),
  {
    ...one(
      'whoever had access before is announced as having it again, before it was read back',
      ['I6'],
      'src/slack/words.ts',
      "case 'ACTIVATING':\n      return",
      "case 'ACTIVATING':\n      if (grant.announcements.background?.services?.[grant.id]?.earlier) return `:white_check_mark: Active until ${when(grant.term.endsAt)}`;\n      return",
    ),
    from: 2490,
  },
  one(
    'drift is told at every verification',
    ['I4'],
    'src/converge/intent.ts',
    'grant.appliedEndsAt <= now) return false;',
    'grant.appliedEndsAt <= now) return false;\n  if (grant.activatedAt + 300_000 < now) return true;',
  ),
  one(
    'drift is never told',
    ['drift'],
    'src/converge/intent.ts',
    'grant.appliedEndsAt <= now) return false;',
    'grant.appliedEndsAt <= now || now > 0) return false;',
  ),
  one(
    'limits are not looked at',
    ['limits'],
    LIMITS,
    "if (passes('conditionsOfMember', MAX",
    "if (before.principals >= 0) return undefined;\n  if (passes('conditionsOfMember', MAX",
  ),
  {
    ...one(
      'a policy is full before it is',
      ['limits'],
      LIMITS,
      'MAX_CONDITIONAL_BINDINGS = 100',
      'MAX_CONDITIONAL_BINDINGS = 98',
    ),
    from: 590,
  },
  {
    ...one(
      'one grant that does not fit takes the others along',
      ['limits'],
      SERVICE,
      'const unfit = next.unfit.map(({ grant, failure }) => [grant.id, failure] as const);',
      'const unfit = next.unfit.flatMap(({ failure }) => next.wanted.map(({ id }) => [id, failure] as const));',
    ),
    from: 960,
  },
  one(
    'a slip in the sweep is only logged',
    ['defects'],
    'src/converge/refresh-catalog.ts',
    'if (!isDue && catalogLeft.length === 0) return;',
    'if (!isDue && catalogLeft.length === 0) return Reflect.get({}, "nothing").at;',
  ),
  one(
    'a message is rendered once and never again',
    ['messages'],
    'src/converge/announce.ts',
    'await messenger.update({ channel: ref.channel, ts: ref.ts }, message);',
    '',
  ),
];
