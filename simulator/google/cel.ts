import { isCelError, parse, run } from '@bufbuild/cel';

/** What IAP knows about a request when it evaluates a condition. */
export interface RequestAttributes {
  timeMs: number;
  host: string;
  path: string;
  accessLevels: readonly string[];
}

export type ConditionCheck = { ok: true; logicalOperators: number } | { ok: false; problem: string };

export type Evaluation = { holds: true } | { holds: false; error?: string };

type Expr = ReturnType<typeof parse>['expr'];

const LOGICAL_OPERATORS = new Set(['_&&_', '_||_', '!_']);

/** The roots of the attributes that IAM conditions know, https://cloud.google.com/iam/docs/conditions-attribute-reference */
const ATTRIBUTE_ROOTS = new Set(['request', 'resource', 'api', 'destination']);

const SAMPLE: RequestAttributes = {
  timeMs: Date.UTC(2026, 0, 1),
  host: 'sample.example',
  path: '/',
  accessLevels: [],
};

/** Evaluates a condition as IAP would: anything but a plain `true`, an error too, means that it does not hold. */
export function evaluateCondition(expression: string, request: RequestAttributes): Evaluation {
  const result = run(expression, bindings(request));
  if (result === true) return { holds: true };
  return isCelError(result) ? { holds: false, error: result.message } : { holds: false };
}

/** Parses a condition and counts its logical operators, or says what is wrong with it. */
export function checkCondition(expression: string): ConditionCheck {
  let root: Expr;
  try {
    root = parse(expression).expr;
  } catch (cause) {
    return { ok: false, problem: cause instanceof Error ? cause.message : String(cause) };
  }
  let logicalOperators = 0;
  for (const { exprKind: kind } of subexpressions(root)) {
    if (kind.case === 'comprehensionExpr') return { ok: false, problem: 'macros are not supported' };
    if (kind.case === 'identExpr' && !ATTRIBUTE_ROOTS.has(kind.value.name)) {
      return { ok: false, problem: `undeclared reference to '${kind.value.name}'` };
    }
    if (kind.case !== 'callExpr') continue;
    if (LOGICAL_OPERATORS.has(kind.value.function)) logicalOperators += 1;
    const text = stringConstant(kind.value.args[0]);
    // Only constants can be judged before there is a request, and these two fail on a malformed one.
    if (text !== undefined && ['timestamp', 'duration'].includes(kind.value.function)) {
      const constant = run(`${kind.value.function}(text)`, { text });
      if (isCelError(constant)) return { ok: false, problem: constant.message };
    }
  }
  const sample = run(expression, bindings(SAMPLE));
  if (typeof sample !== 'boolean' && !isCelError(sample)) {
    return { ok: false, problem: 'the expression must evaluate to a bool' };
  }
  return { ok: true, logicalOperators };
}

function bindings({ timeMs, host, path, accessLevels }: RequestAttributes) {
  const time = run('timestamp(iso)', { iso: new Date(timeMs).toISOString() });
  if (isCelError(time)) throw time;
  const auth = new Map([['access_levels', [...accessLevels]]]);
  return {
    request: new Map<string, typeof time | typeof auth>([
      ['time', time],
      ['host', host],
      ['path', path],
      ['auth', auth],
    ]),
  };
}

function* subexpressions(expr: Expr | undefined): Generator<Expr> {
  if (!expr) return;
  yield expr;
  const kind = expr.exprKind;
  switch (kind.case) {
    case 'selectExpr':
      yield* subexpressions(kind.value.operand);
      break;
    case 'callExpr':
      yield* subexpressions(kind.value.target);
      for (const arg of kind.value.args) yield* subexpressions(arg);
      break;
    case 'listExpr':
      for (const element of kind.value.elements) yield* subexpressions(element);
      break;
    case 'structExpr':
      for (const entry of kind.value.entries) {
        if (entry.keyKind.case === 'mapKey') yield* subexpressions(entry.keyKind.value);
        yield* subexpressions(entry.value);
      }
      break;
    default:
      break;
  }
}

function stringConstant(expr: Expr | undefined): string | undefined {
  if (expr?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === 'stringValue' ? constantKind.value : undefined;
}
