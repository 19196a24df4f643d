# The image of the worker, in two kinds. Build them from the root of the repository:
#   docker build -f infra/images/worker.Dockerfile --target cpu  -t drivesweep/worker .
#   docker build -f infra/images/worker.Dockerfile --target cuda -t drivesweep/worker-cuda .
# Both stand on the same Debian, so that both decode with the same ffmpeg: pixels are part of a sweep's numbers.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.base.json ./
COPY packages packages
COPY services services
# No install script runs: nothing that a dependency brings is executed while the image is made.
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npx tsc -b services/gpu-worker
# Now only what the service needs to run, and no sources.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace @drivesweep/gpu-worker
RUN rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 packages/*/src services/*/src packages/testkit

# The CUDA part of onnxruntime, of the version that the lock file names (docs/gpu.md).
FROM build AS build-cuda
RUN node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12

FROM ${CUDA_IMAGE} AS cuda-libraries

FROM ${NODE_IMAGE} AS runtime
# tini ends what a killed engine leaves behind.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ffmpeg tini \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production DRIVESWEEP_HTTP_HOST=0.0.0.0 DRIVESWEEP_HTTP_PORT=8080 DRIVESWEEP_SCRATCH=/scratch
WORKDIR /app
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["tini", "--"]
CMD ["node", "services/gpu-worker/dist/main.js"]

FROM runtime AS cuda
ENV DRIVESWEEP_PROVIDER=cuda NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/usr/local/cuda/lib64
COPY --from=cuda-libraries /usr/local/cuda-12.6/targets/x86_64-linux/lib /usr/local/cuda/lib64
COPY --from=cuda-libraries /usr/lib/x86_64-linux-gnu/libcudnn*.so.9 /usr/local/cuda/lib64/
COPY --from=build-cuda /app/package.json ./
COPY --from=build-cuda /app/node_modules node_modules
COPY --from=build-cuda /app/packages packages
COPY --from=build-cuda /app/services/gpu-worker services/gpu-worker

FROM runtime AS cpu
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/services/gpu-worker services/gpu-worker
