import type { TripStateName } from '@rideline/contract';

export const LANGUAGES = ['en', 'vi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every text of the page. */
export interface Texts {
  readonly title: string;
  readonly opening: string;
  readonly state: Readonly<Record<TripStateName, string>>;
  /** @param name first name of the driver */
  readonly driver: (name: string) => string;
  readonly pickupIn: (minutes: number) => string;
  readonly arrivalIn: (minutes: number) => string;
  readonly positionAge: (age: string) => string;
  readonly stale: (age: string) => string;
  readonly noPosition: string;
  readonly lost: string;
  readonly over: Readonly<Record<'ended' | 'link' | 'unknown', { title: string; detail: string }>>;
  /** @param time in the reader's time zone */
  readonly note: (time: string) => string;
  readonly centre: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly map: string;
  readonly mapFailed: string;
  readonly language: string;
  readonly seconds: (count: number) => string;
  readonly minutes: (count: number) => string;
}

const EN_CANCELLED = 'The ride does not take place';
const VI_CANCELLED = 'Chuyến đi không diễn ra';

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    title: 'A shared ride',
    opening: 'Opening the shared ride…',
    state: {
      scheduled: 'The ride is booked',
      searching: 'Looking for a driver',
      offered: 'Looking for a driver',
      accepted: 'The driver is on the way to the pick-up',
      arrived: 'The driver is at the pick-up',
      in_progress: 'On the way',
      at_stop: 'Waiting at a stop',
      completed: 'The ride has ended',
      cancelled: EN_CANCELLED,
      no_show: EN_CANCELLED,
      no_drivers: EN_CANCELLED,
      failed: EN_CANCELLED,
    },
    driver: (name) => `Driver: ${name}`,
    pickupIn: (minutes) => `Pick-up in about ${minutes} min`,
    arrivalIn: (minutes) => `Arrival in about ${minutes} min`,
    positionAge: (age) => `Position from ${age} ago`,
    stale: (age) => `No position for ${age}: the driver's phone may have no signal`,
    noPosition: 'No position of the car yet',
    lost: 'The connection is lost. Trying again…',
    over: {
      ended: { title: 'The ride has ended', detail: 'This link has ended with the ride.' },
      link: {
        title: 'This link has ended',
        detail: 'It was withdrawn or has expired. Ask the rider for a new one.',
      },
      unknown: { title: 'There is no such link', detail: 'Check that the address is complete.' },
    },
    note: (time) =>
      `The rider shares this ride with you. The link works until the ride ends, at most until ${time}.`,
    centre: 'Show the car',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    map: 'Map with the position of the car',
    mapFailed: 'The map cannot be drawn in this browser.',
    language: 'Language',
    seconds: (count) => `${count} s`,
    minutes: (count) => `${count} min`,
  },
  vi: {
    title: 'Chuyến đi được chia sẻ',
    opening: 'Đang mở chuyến đi được chia sẻ…',
    state: {
      scheduled: 'Chuyến đi đã được đặt trước',
      searching: 'Đang tìm tài xế',
      offered: 'Đang tìm tài xế',
      accepted: 'Tài xế đang đến điểm đón',
      arrived: 'Tài xế đã đến điểm đón',
      in_progress: 'Đang trên đường',
      at_stop: 'Đang chờ tại điểm dừng',
      completed: 'Chuyến đi đã kết thúc',
      cancelled: VI_CANCELLED,
      no_show: VI_CANCELLED,
      no_drivers: VI_CANCELLED,
      failed: VI_CANCELLED,
    },
    driver: (name) => `Tài xế: ${name}`,
    pickupIn: (minutes) => `Đón khách sau khoảng ${minutes} phút`,
    arrivalIn: (minutes) => `Đến nơi sau khoảng ${minutes} phút`,
    positionAge: (age) => `Vị trí cách đây ${age}`,
    stale: (age) => `Không có vị trí mới từ ${age} trước: điện thoại của tài xế có thể mất sóng`,
    noPosition: 'Chưa có vị trí của xe',
    lost: 'Mất kết nối. Đang thử lại…',
    over: {
      ended: { title: 'Chuyến đi đã kết thúc', detail: 'Liên kết này đã hết hiệu lực cùng với chuyến đi.' },
      link: {
        title: 'Liên kết đã hết hiệu lực',
        detail: 'Liên kết đã bị thu hồi hoặc hết hạn. Hãy xin hành khách một liên kết mới.',
      },
      unknown: { title: 'Không có liên kết này', detail: 'Hãy kiểm tra xem địa chỉ có đầy đủ không.' },
    },
    note: (time) =>
      `Hành khách chia sẻ chuyến đi này với bạn. Liên kết có hiệu lực đến khi chuyến đi kết thúc, muộn nhất là ${time}.`,
    centre: 'Xem vị trí xe',
    zoomIn: 'Phóng to',
    zoomOut: 'Thu nhỏ',
    map: 'Bản đồ với vị trí của xe',
    mapFailed: 'Trình duyệt này không vẽ được bản đồ.',
    language: 'Ngôn ngữ',
    seconds: (count) => `${count} giây`,
    minutes: (count) => `${count} phút`,
  },
};

/** How the browser writes dates in a language: `en-GB` rather than `en`, when that is what its reader has set. */
export function dateLocale(language: Language, languages: readonly string[]): string {
  return languages.find((one) => one.toLowerCase().split('-')[0] === language) ?? language;
}

/** The first language of the browser that the page has; English when it has none. */
export function preferredLanguage(languages: readonly string[]): Language {
  for (const language of languages) {
    const found = LANGUAGES.find((one) => language.toLowerCase().split('-')[0] === one);
    if (found !== undefined) return found;
  }
  return 'en';
}
