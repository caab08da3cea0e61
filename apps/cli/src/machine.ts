import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { formatSize } from './table.ts';

/** What measurements were made on, by name, for people. */
export function describeMachine(): Record<string, string> {
  const [first] = cpus();
  const runtime = onnxRuntimeVersion();
  return {
    processor: `${first?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: formatSize(totalmem()),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    ...(runtime && { 'onnxruntime-node': runtime }),
  };
}

/** Its package.json is not among its exports, so it is looked for beside its entry. */
function onnxRuntimeVersion(): string | undefined {
  try {
    const adapter = createRequire(import.meta.resolve('@beltline/onnx-node'));
    const entry = adapter.resolve('onnxruntime-node');
    const folder = entry.slice(0, entry.lastIndexOf('onnxruntime-node') + 'onnxruntime-node'.length);
    return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
