import type { Inventory } from '../model/instance.js';

/** Why a project does not count as seen completely; undefined when it does, and so when it is known to be gone. */
export function whyUncovered(inventory: Inventory, project: string): string | undefined {
  const view = inventory.projects.find((one) => one.name === project);
  if (view?.complete) return undefined;
  if (view) return `project ${project} was not seen completely: ${view.reason ?? 'no reason given'}`;
  if (inventory.allProjects) return undefined;
  return `project ${project} is outside what this source was asked to show`;
}

/** Whether a project was left out on purpose: the source shows all that it was asked for, and that is not it. */
export function isOutsideDeclared(inventory: Inventory, project: string): boolean {
  if (inventory.allProjects || inventory.projects.length === 0) return false;
  const listed = inventory.projects.some((one) => one.name === project);
  return !listed && inventory.projects.every((one) => one.complete);
}
