/** Rows of several heads in a GPU buffer, float32: where head `h` of row `r` begins is `r * row + h * head` floats in. */
export interface RowLayout {
  readonly row: number;
  readonly head: number;
}

/** Copies whole rows, all heads of them, between buffers on the GPU. */
export interface GpuRowCopier {
  /**
   * Copies rows `rows` of each source to the rows from `start` on of its target.
   *
   * @param copies pairs of different buffers, all of the same layouts.
   */
  copy(
    copies: readonly { readonly source: GPUBuffer; readonly target: GPUBuffer }[],
    options: { rows: Int32Array; from: RowLayout; to: RowLayout; start: number },
  ): void;
}

const workgroupSize = 64;
const headerLength = 7;

// `plan` holds the header that copy() writes, then the source rows. A row is all of its heads, side by side.
const shader = `
@group(0) @binding(0) var<storage, read> plan: array<u32>;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> target_: array<f32>;

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let heads = plan[0];
  let head_size = plan[1];
  if (id.x >= heads * head_size) { return; }
  let head = id.x / head_size;
  let column = id.x % head_size;
  let from_row = plan[${headerLength} + id.y];
  let to_row = plan[6] + id.y;
  target_[to_row * plan[4] + head * plan[5] + column] = source[from_row * plan[2] + head * plan[3] + column];
}
`;

/** Makes the pipeline once; rows have `heads` heads of `headSize` floats. */
export function createGpuRowCopier(
  device: GPUDevice,
  { heads, headSize }: { heads: number; headSize: number },
): GpuRowCopier {
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: shader }), entryPoint: 'main' },
  });
  const layout = pipeline.getBindGroupLayout(0);

  function createPlan(header: readonly number[], rows: Int32Array): GPUBuffer {
    const size = (header.length + rows.length) * Uint32Array.BYTES_PER_ELEMENT;
    const plan = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true });
    const words = new Uint32Array(plan.getMappedRange());
    words.set(header);
    words.set(rows, header.length);
    plan.unmap();
    return plan;
  }

  return {
    copy(copies, { rows, from, to, start }) {
      if (rows.length === 0) return;
      const plan = createPlan([heads, headSize, from.row, from.head, to.row, to.head, start], rows);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      for (const { source, target } of copies) {
        const entries = [plan, source, target].map((buffer, binding) => ({ binding, resource: { buffer } }));
        pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
        pass.dispatchWorkgroups(Math.ceil((heads * headSize) / workgroupSize), rows.length);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      plan.destroy();
    },
  };
}
