# The image of the coordinator. Build it from the root of the repository:
#   docker build -f infra/images/coordinator.Dockerfile -t drivesweep/coordinator .
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.base.json ./
COPY packages packages
COPY services services
# No install script runs: nothing that a dependency brings is executed while the image is made.
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npx tsc -b services/coordinator
# Now only what the service needs to run, and no sources.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace @drivesweep/coordinator
RUN rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 packages/*/src services/*/src packages/testkit

FROM ${NODE_IMAGE}
ENV NODE_ENV=production DRIVESWEEP_HTTP_HOST=0.0.0.0 DRIVESWEEP_HTTP_PORT=8080
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/services/coordinator services/coordinator
USER 10001:10001
EXPOSE 8080
CMD ["node", "services/coordinator/dist/main.js"]
