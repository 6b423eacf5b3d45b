import type { DemoWorld } from '../world.js';

/** One field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  /** What may be chosen; free text without it. */
  readonly choices?: (world: DemoWorld) => readonly Choice[];
  /** An example, shown while nothing is entered. */
  readonly example?: string;
  readonly isOptional?: boolean;
}

/** A value, and what a person reads for it. */
export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** What was entered, by the names of the fields; every field is there, and each choice is one that was offered. */
export type Values = Readonly<Record<string, string>>;

/** Something that a person does in the world, outside of slash32. */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly fields: readonly Field[];
  /** Does it and says what was done. What it throws is said too. */
  readonly run: (world: DemoWorld, values: Values) => string | Promise<string>;
}

/** Choices that read as they are. */
export function plainChoices(values: readonly string[]): readonly Choice[] {
  return values.map((value) => ({ value, text: value }));
}
