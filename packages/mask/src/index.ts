export { createSlotTable, type SlotTable, type SlotView } from './slots.ts';
export { createStrands, type Strands, TRUNK } from './strands.ts';
export { type StepVisibility, writeAttentionBias } from './visibility.ts';
