import { failure, type SimAnswer, sync } from './answers.js';
import { redeemToken } from './enrolment.js';
import { listInstances, oneInstance } from './instance-routes.js';
import { projectUsers, renderCertificate, renderMember, renderMove, renderNetwork, renderProject } from './render.js';
import type { SimRequest } from './request.js';
import { renderServer } from './server-info.js';
import type { SimState } from './state.js';
import { maySee } from './viewer.js';

/** Answers one request as the recordings show that Incus does, errors included. */
export function answerRequest(state: SimState, request: SimRequest): SimAnswer {
  const { method, path, viewer } = request;
  if (path === '/') return sync(['/1.0']);
  if (path === '/1.0' && method === 'GET') return sync(renderServer(state, request));
  if (path === '/1.0/certificates' && method === 'POST') return redeemToken(state, request);
  if (path !== '/1.0' && !path.startsWith('/1.0/')) return failure(404, 'not found');
  if (!viewer.trusted) return failure(403, 'not authorized');
  if (method !== 'GET')
    return viewer.restricted ? failure(403, 'Certificate is restricted') : failure(501, 'not implemented');
  return answerGet(state, request);
}

function answerGet(state: SimState, request: SimRequest): SimAnswer {
  const { path, query } = request;
  const instance = /^\/1\.0\/instances\/([^/]+)$/.exec(path)?.[1];
  if (instance !== undefined) return oneInstance(state, request, instance);
  const conflict = query.get('all-projects') === 'true' && query.has('project');
  if (conflict) return failure(400, 'Cannot specify a project when requesting all projects');
  switch (path) {
    case '/1.0/instances':
      return listInstances(state, request);
    case '/1.0/networks':
      return listNetworks(state, request);
    case '/1.0/projects':
      return listProjects(state, request);
    case '/1.0/operations':
      return listOperations(state, request);
    case '/1.0/certificates':
      return listCertificates(state, request);
    case '/1.0/events':
      return failure(400, 'Bad Request');
    case '/1.0/cluster/members':
      if (state.members.length === 0) return failure(500, 'Server is not clustered');
      return sync(state.members.map(renderMember));
    default:
      return failure(404, 'not found');
  }
}

/** A restricted viewer sees only the unmanaged ones of project default, and managed ones without their configuration. */
function listNetworks(state: SimState, request: SimRequest): SimAnswer {
  const { query, viewer } = request;
  const project = query.get('project') ?? 'default';
  if (!state.projects.has(project)) return failure(404, 'Project not found');
  const everywhere = query.get('all-projects') === 'true';
  const own = state.projects.get(project)?.config['features.networks'] === 'true' ? project : 'default';
  const shown = state.networks.filter((network) => {
    if (!everywhere && network.project !== own) return false;
    return !network.managed || everywhere || maySee(viewer, project);
  });
  if (query.get('recursion') !== '1') return sync(shown.map((network) => `/1.0/networks/${network.name}`));
  return sync(shown.map((network) => renderNetwork(state, network, viewer.restricted)));
}

function listProjects(state: SimState, request: SimRequest): SimAnswer {
  const shown = [...state.projects.values()].filter((project) => maySee(request.viewer, project.name));
  if (request.query.get('recursion') !== '1') return sync(shown.map((project) => `/1.0/projects/${project.name}`));
  const users = projectUsers(state);
  return sync(shown.map((project) => renderProject(project, users.get(project.name) ?? [])));
}

function listCertificates(state: SimState, request: SimRequest): SimAnswer {
  const entries = [...state.certificates.values()];
  if (request.query.get('recursion') !== '1')
    return sync(entries.map((entry) => `/1.0/certificates/${entry.fingerprint}`));
  return sync(entries.map(renderCertificate));
}

/** Only moves are under way for longer than an answer takes. */
function listOperations(state: SimState, request: SimRequest): SimAnswer {
  const shown = [...state.moves.values()].filter(({ project }) => maySee(request.viewer, project));
  if (shown.length === 0) return sync({});
  return sync({ running: shown.map((move) => renderMove(move)) });
}
