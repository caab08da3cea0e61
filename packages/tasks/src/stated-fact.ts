/** The beginning of a step about something that an item tells and nobody asks for. */
export interface StatedFact {
  readonly title: string;
  /** What stands between the title's colon and what is taken from the item, white space included. */
  readonly given: string;
  /** What is taken from the item, and where it ends. */
  readonly body: string;
}
