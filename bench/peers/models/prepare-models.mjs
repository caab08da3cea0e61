import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beltContractVersion } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import { writeGgufModel } from './gguf-model.mjs';
import { checkpoint, config, fromCodes } from './random-weights.mjs';
import { writeTransformersModel } from './transformers-model.mjs';

/** Makes each peer's model unless an earlier run did, and says where it is, and the second one that it may have for wide passes. */
export async function prepareModels(cacheFolder, log) {
  const models = {
    Beltline: {
      path: join(cacheFolder, `beltline-${beltContractVersion}`),
      write: (path) => writeGraphFiles(path, { config, tensors: checkpoint, precision: 'int4' }),
    },
    'Beltline w8a8': {
      path: join(cacheFolder, `beltline-w8a8-${beltContractVersion}`),
      write: (path) => writeGraphFiles(path, { config, tensors: fromCodes, precision: 'w8a8' }),
    },
    'transformers.js': { path: join(cacheFolder, 'transformers'), write: writeTransformersModel },
    'node-llama-cpp': { path: join(cacheFolder, 'model.Q4_0.gguf'), write: writeGgufModel },
  };
  await mkdir(cacheFolder, { recursive: true });
  for (const [peer, { path, write }] of Object.entries(models)) {
    if (await exists(path)) continue;
    log(`writing the model for ${peer}`);
    // It gets its name when it is complete.
    const unfinished = `${path}.${process.pid}.part`;
    try {
      await write(unfinished);
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const paths = Object.fromEntries(Object.entries(models).map(([peer, { path }]) => [peer, { path }]));
  const wide = { ...paths.Beltline, widePath: paths['Beltline w8a8'].path };
  return { ...paths, 'Beltline wide': wide };
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
