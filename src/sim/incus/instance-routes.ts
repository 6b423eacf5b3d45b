import { failure, type SimAnswer, sync } from './answers.js';
import { objectUrl, renderInstance } from './render.js';
import { renderInstanceFull } from './render-state.js';
import type { SimRequest } from './request.js';
import type { SimState } from './state.js';
import { maySee } from './viewer.js';

/**
 * The list of instances, with each of Incus's ways to answer 200 with too little: an unknown project gives an empty
 * list, an unknown parameter is ignored, and what may not be seen is left out without a word.
 */
export function listInstances(state: SimState, request: SimRequest): SimAnswer {
  const { query, viewer } = request;
  const everywhere = query.get('all-projects') === 'true';
  const project = query.get('project') ?? 'default';
  const shown = [...state.instances.values()].filter((instance) => {
    return (everywhere || instance.project === project) && maySee(viewer, instance.project);
  });
  const recursion = query.get('recursion');
  if (recursion === '2') return sync(shown.map((instance) => renderInstanceFull(state, instance)));
  if (recursion === '1') return sync(shown.map((instance) => renderInstance(state, instance)));
  return sync(shown.map((instance) => objectUrl('instances', instance.name, instance.project)));
}

/** One instance by name, or the error that Incus gives instead. */
export function oneInstance(state: SimState, request: SimRequest, name: string): SimAnswer {
  const project = request.query.get('project') ?? 'default';
  if (!maySee(request.viewer, project)) return failure(403, `User does not have permission for project "${project}"`);
  const instance = state.instances.get(`${project}/${name}`);
  if (!instance) {
    return failure(404, `Failed to fetch instance "${name}" in project "${project}": Instance not found`);
  }
  return sync(
    request.query.get('recursion') === '1' ? renderInstanceFull(state, instance) : renderInstance(state, instance),
  );
}
