import { z } from 'zod';
import {
  apiErrorSchema,
  scorecardSchema,
  submittedSchema,
  sweepFileSchema,
  sweepStatusSchema,
} from '@drivesweep/contracts';

/** The description of the HTTP API, OpenAPI 3.1, from the same schemas that check requests and answers. */
export function openApiDocument(): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Drivesweep coordinator',
      version: '1',
      description:
        'Submit sweeps of driving policies over recorded drives, follow them, and read their scorecards.',
    },
    security: [{ token: [] }],
    paths: {
      '/v1/sweeps': {
        get: {
          operationId: 'listSweeps',
          summary: 'All sweeps',
          responses: { 200: answer('The sweeps', ref('SweepList')), ...REFUSALS },
        },
        post: {
          operationId: 'submitSweep',
          summary: 'Submit a sweep; the same sweep again is the same sweep',
          requestBody: { required: true, content: json(ref('SweepFile')) },
          responses: {
            200: answer('The sweep was there already', ref('Submitted')),
            201: answer('The sweep was created', ref('Submitted')),
            400: answer('Not JSON', ref('ApiError')),
            413: answer('More than 8 MiB', ref('ApiError')),
            422: answer('Mistakes; nothing was started', ref('ApiError')),
            ...REFUSALS,
            503: answer('The store or Redis cannot be reached', ref('ApiError')),
          },
        },
      },
      '/v1/sweeps/{sweepId}': {
        get: onSweep('getSweep', 'How a sweep gets on', 'SweepStatus'),
      },
      '/v1/sweeps/{sweepId}/cancel': {
        post: onSweep('cancelSweep', 'Stop a sweep; what is done is kept', 'SweepStatus', true),
      },
      '/v1/sweeps/{sweepId}/resume': {
        post: onSweep(
          'resumeSweep',
          'Go on with a cancelled or partial sweep',
          'SweepStatus',
          true,
        ),
      },
      '/v1/sweeps/{sweepId}/score': {
        post: onSweep('scoreSweep', 'Sum up a sealed sweep again', 'SweepStatus', true),
      },
      '/v1/sweeps/{sweepId}/scorecard': {
        get: onSweep('getScorecard', 'The scorecard of a sealed sweep', 'Scorecard', true),
      },
    },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'DRIVESWEEP_API_TOKEN of the coordinator; only when one is set.',
        },
      },
      schemas: {
        SweepFile: schemaOf(sweepFileSchema, 'input'),
        Submitted: schemaOf(submittedSchema, 'output'),
        SweepStatus: schemaOf(sweepStatusSchema, 'output'),
        SweepList: {
          type: 'object',
          properties: { sweeps: { type: 'array', items: ref('SweepStatus') } },
          required: ['sweeps'],
        },
        Scorecard: schemaOf(scorecardSchema, 'output'),
        ApiError: schemaOf(apiErrorSchema, 'output'),
      },
    },
  };
}

function onSweep(operationId: string, summary: string, schema: string, needsState = false) {
  return {
    operationId,
    summary,
    parameters: [
      {
        name: 'sweepId',
        in: 'path',
        required: true,
        schema: { type: 'string', pattern: '^sw-[0-9a-f]{16}$' },
      },
    ],
    responses: {
      200: answer(summary, ref(schema)),
      404: answer('There is no such sweep', ref('ApiError')),
      ...(needsState
        ? { 409: answer('The sweep is not in a state that allows this', ref('ApiError')) }
        : {}),
      ...REFUSALS,
    },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // The document says once which JSON Schema it speaks.
  return { ...described, $schema: undefined };
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });
const answer = (description: string, schema: object) => ({ description, content: json(schema) });

/** What every request may be answered before it is looked at. */
const REFUSALS = {
  401: answer('No token, or another one', ref('ApiError')),
  429: {
    ...answer('Too many requests from this address', ref('ApiError')),
    headers: {
      'Retry-After': { description: 'In how many seconds', schema: { type: 'integer' } },
    },
  },
};
