export interface PlanningTask {
  readonly topic: string;
  readonly aspects: readonly string[];
  /** The steps inside each aspect's step; none where the plan is not nested. */
  readonly details: readonly string[];
  /** How many sentences treat an aspect. */
  readonly length: number;
}
