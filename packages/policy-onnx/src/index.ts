export { bundleJsonSchema, bundleManifestSchema, PROVIDERS } from './bundle-manifest.ts';
export type { BundleManifest, BundleManifestInput, Provider } from './bundle-manifest.ts';
export { bundleNeeds, bundleRef, openBundle, requireLicence } from './bundle.ts';
export type { Bundle } from './bundle.ts';
