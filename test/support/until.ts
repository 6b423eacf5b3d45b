/** Waits for something to become true; throws with `what` after a generous time. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, seconds = 240): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
