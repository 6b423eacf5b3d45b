/** `14:02:09 UTC+01:00` in the time zone of this machine, for sentences that name a time today: whoever reads it may be elsewhere. */
export function clockTime(at: Date): string {
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
  return `${time} ${zoneOf(at)}`;
}

/** `2026-11-23 14:02:09 UTC+01:00`: the same where it may be of another day. */
export function dayAndTime(at: Date): string {
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${day} ${clockTime(at)}`;
}

function zoneOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
