/** Exit codes of `plan` and `apply`. */
export const EXIT = { done: 0, error: 1, changes: 2, unsafe: 3, leftOut: 4 } as const;
