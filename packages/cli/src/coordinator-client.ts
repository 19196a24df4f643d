import {
  apiErrorSchema,
  DrivesweepError,
  isErrorCode,
  scorecardSchema,
  submittedSchema,
  sweepStatusSchema,
} from '@drivesweep/contracts';
import type { ApiError, Scorecard, Submitted, SweepFile, SweepStatus } from '@drivesweep/contracts';
import { jsonOf } from './json-text.ts';

const TIMEOUT_MS = 60_000;

/** A refusal of the coordinator; `issues` name the fields of the sweep file that are at fault. */
export class ApiRefusal extends DrivesweepError {
  readonly issues: ApiError['issues'];

  constructor(error: ApiError) {
    const code = isErrorCode(error.code) ? error.code : 'INTERNAL';
    super(code, error.message, error.hint === null ? {} : { hint: error.hint });
    this.issues = error.issues;
  }
}

/** The coordinator's HTTP API. Errors: ApiRefusal, API_UNREACHABLE. */
export interface CoordinatorClient {
  submit(sweep: SweepFile): Promise<Submitted>;
  list(): Promise<SweepStatus[]>;
  status(sweepId: string): Promise<SweepStatus>;
  cancel(sweepId: string): Promise<SweepStatus>;
  resume(sweepId: string): Promise<SweepStatus>;
  scorecard(sweepId: string): Promise<Scorecard>;
}

/**
 * `baseUrl` is asked for at each call, because a local coordinator that was restarted has another port.
 * @param token what the API asks for; null when it asks for none
 */
export function createCoordinatorClient(
  baseUrl: () => string,
  token: string | null,
): CoordinatorClient {
  const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
    callApi(baseUrl(), method, path, { body, token });
  const sweepPath = (sweepId: string) => `/v1/sweeps/${encodeURIComponent(sweepId)}`;
  return {
    submit: async (sweep) => submittedSchema.parse(await call('POST', '/v1/sweeps', sweep)),
    list: async () => statusesOf(await call('GET', '/v1/sweeps')),
    status: async (id) => sweepStatusSchema.parse(await call('GET', sweepPath(id))),
    cancel: async (id) => sweepStatusSchema.parse(await call('POST', `${sweepPath(id)}/cancel`)),
    resume: async (id) => sweepStatusSchema.parse(await call('POST', `${sweepPath(id)}/resume`)),
    scorecard: async (id) => scorecardSchema.parse(await call('GET', `${sweepPath(id)}/scorecard`)),
  };
}

function statusesOf(answer: unknown): SweepStatus[] {
  const sweeps =
    typeof answer === 'object' && answer !== null && 'sweeps' in answer ? answer.sweeps : answer;
  return sweepStatusSchema.array().parse(sweeps);
}

async function callApi(
  baseUrl: string,
  method: 'GET' | 'POST',
  path: string,
  { body, token }: { readonly body: unknown; readonly token: string | null },
): Promise<unknown> {
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(new URL(path, withSlash(baseUrl)), {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw unreachable(baseUrl, cause);
  });
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(baseUrl, cause);
  });
  const answer = jsonOf(text);
  if (response.ok) return answer;
  const refusal = apiErrorSchema.safeParse(answer);
  if (refusal.success) throw new ApiRefusal(refusal.data);
  throw unreachable(baseUrl, new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`));
}

function unreachable(baseUrl: string, cause: unknown): DrivesweepError {
  return new DrivesweepError('API_UNREACHABLE', `no coordinator answers at ${baseUrl}`, {
    hint: 'start one with `drivesweep up`, or name another with --api URL or DRIVESWEEP_API',
    cause,
  });
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
