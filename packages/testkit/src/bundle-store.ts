import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MemoryObjectStore } from './memory-object-store.ts';
import type { BundleFiles } from './onnx-policy-builder.ts';

/** A bundle that does not lie on this machine: it must be copied before it can be loaded. */
export function remoteBundle(files: BundleFiles): MemoryObjectStore {
  const store = new MemoryObjectStore();
  for (const [path, bytes] of files) store.objects.set(path, bytes);
  return store;
}

/** Writes a bundle into a folder of this machine and opens it as one that lies there. */
export async function localBundle(files: BundleFiles, folder: string): Promise<MemoryObjectStore> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return Object.assign(remoteBundle(files), { localPath: (key: string) => join(folder, key) });
}
