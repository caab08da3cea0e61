export { type BuildGraphFileOptions, buildGraphFile, writeGraphFiles } from './build-graph-file.ts';
export { type CheckpointFolder, openCheckpointFolder } from './checkpoint-folder.ts';
export { type FileSource, openFileSource } from './file-source.ts';
export { inspectGraphFile, patchGraphFile } from './patch-graph-file.ts';
