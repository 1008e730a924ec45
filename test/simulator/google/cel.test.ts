import { describe, expect, it } from 'vitest';
import { checkCondition, evaluateCondition } from '../../../simulator/google/cel.ts';

const LEVEL = 'accessPolicies/1/accessLevels/corp_device';
const request = {
  timeMs: Date.UTC(2026, 10, 2, 9, 0, 0),
  host: 'billing.example',
  path: '/invoices/7',
  accessLevels: [LEVEL],
};

describe('evaluating a condition', () => {
  const holding = [
    'request.time < timestamp("2026-11-02T09:00:01Z")',
    'request.time >= timestamp("2026-11-02T09:00:00Z")',
    'request.time == timestamp("2026-11-02T10:00:00+01:00")',
    'request.time < timestamp("2026-11-02T08:00:00Z") + duration("2h")',
    `"${LEVEL}" in request.auth.access_levels`,
    'request.host == "billing.example"',
    'request.path.startsWith("/invoices/") && !(request.path == "/invoices/8")',
  ];
  it.each(holding)('holds: %s', (expression) => {
    expect(evaluateCondition(expression, request)).toEqual({ holds: true });
  });

  const notHolding = [
    // The very second of the end is over already.
    'request.time < timestamp("2026-11-02T09:00:00Z")',
    'request.time > timestamp("2026-11-02T09:00:00Z")',
    '"accessPolicies/1/accessLevels/other" in request.auth.access_levels',
    'request.path == "/invoices/7/"',
    'request.host',
    '1',
  ];
  it.each(notHolding)('does not hold: %s', (expression) => {
    expect(evaluateCondition(expression, request)).toEqual({ holds: false });
  });

  it.each(['request.time < timestamp("soon")', 'request.nothing == 1', 'nonsense(', 'request.host < 3'])(
    'does not hold where it fails, and says why: %s',
    (expression) => {
      expect(evaluateCondition(expression, request)).toEqual({
        holds: false,
        error: expect.stringMatching(/./),
      });
    },
  );

  it('is exact to the millisecond', () => {
    const expression = 'request.time < timestamp("2026-11-02T09:00:01Z")';
    expect(evaluateCondition(expression, { ...request, timeMs: request.timeMs + 999 }).holds).toBe(true);
    expect(evaluateCondition(expression, { ...request, timeMs: request.timeMs + 1000 }).holds).toBe(false);
  });
});

describe('checking a condition before it is stored', () => {
  it.each([
    ['request.host == "a"', 0],
    ['request.host == "a" && request.path == "b"', 1],
    ['!(request.host == "a") || request.host == "b" || request.host == "c"', 3],
    ['request.path in ["/a", "/b"] && {"a": true}["a"]', 1],
    ['["a"][0] == request.host.substring(request.host == "x" || request.host == "y" ? 1 : 0)', 1],
  ])('counts the logical operators of %s', (expression, logicalOperators) => {
    expect(checkCondition(expression)).toEqual({ ok: true, logicalOperators });
  });

  it.each([
    ['', /./],
    ['request.time <', /end of input/],
    ['requst.time < timestamp("2026-11-02T09:00:00Z")', /undeclared reference to 'requst'/],
    ['request.host == "a" && timestamp("tomorrow") > request.time', /timestamp/i],
    ['request.time < timestamp("2026-11-02T09:00:00Z") + duration("long")', /duration/i],
    ['request.host', /must evaluate to a bool/],
    ['1 + 1', /must evaluate to a bool/],
    ['request.auth.access_levels.exists(x, x == "a")', /macros/],
  ])('refuses %j', (expression, problem) => {
    expect(checkCondition(expression)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});
