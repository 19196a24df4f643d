import type { FastifyInstance } from 'fastify';
import { DrivesweepError } from '@drivesweep/contracts';
import { isAuthorized } from './access.ts';
import type { Access } from './access.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * Refuses requests before anything of them is read: too many from one address (RATE_LIMITED, with Retry-After), then
 * those without the token (UNAUTHORIZED), so that guessing is slow too. `openPaths` are let through as they are.
 */
export function guardRoutes(
  app: FastifyInstance,
  access: Access,
  openPaths: readonly string[],
): void {
  const limit = new RateLimit(access.requestsPerS);
  app.addHook('onRequest', (request, reply, done) => {
    if (openPaths.includes(request.routeOptions.url ?? '')) {
      done();
      return;
    }
    const waitS = limit.take(request.ip, performance.now());
    if (waitS > 0) {
      void reply.header('retry-after', String(Math.ceil(waitS)));
      done(new DrivesweepError('RATE_LIMITED', `more than ${access.requestsPerS} requests per s`));
    } else if (
      access.token !== null &&
      !isAuthorized(request.headers.authorization, access.token)
    ) {
      void reply.header('www-authenticate', 'Bearer');
      done(unauthorized());
    } else done();
  });
}

function unauthorized(): DrivesweepError {
  return new DrivesweepError('UNAUTHORIZED', 'the request does not carry the token of this API', {
    hint: 'Send "Authorization: Bearer <token>"; commands take it from DRIVESWEEP_API_TOKEN.',
  });
}
