import { defineErrors } from './entry.js';

/** Failures of `slash32 serve` itself, and of the commands that talk to it. */
export const SERVE_ERRORS = defineErrors({
  S32_SERVICE_AWAY: {
    title: 'the service does not answer',
    meaning:
      'status, pause, resume and release-hold talk to a running `slash32 serve`, over its unix socket or the address that was given. ' +
      'Nobody answers there.',
    remedy: 'Start it (systemctl start slash32, or slash32 serve), or give its address with --url.',
    retryable: true,
  },
  S32_SERVICE_ANSWER: {
    title: 'that is not the service of slash32',
    meaning: 'Something answered that does not speak the API of openapi/slash32.yaml.',
    remedy: 'Check the address, and whether a proxy stands in between.',
    retryable: false,
  },
  S32_SERVE_RESTART: {
    title: 'the new configuration needs a restart',
    meaning:
      'Where the service listens, what it is called and where it keeps its files cannot change while it runs. It goes on with the old configuration.',
    remedy: 'Restart it: systemctl restart slash32',
    retryable: false,
  },
  S32_SERVE_TWICE: {
    title: 'the service runs already',
    meaning:
      'Another `slash32 serve` works with the same state file. Two of them would do everything twice, and each would take the other for a stranger.',
    remedy: 'Stop the other one first, or give this one a configuration with an owner and a state_file of its own.',
    retryable: true,
  },
});
