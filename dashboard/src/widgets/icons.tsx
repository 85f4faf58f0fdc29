import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon>
    <path d="M4 4l8 8M12 4l-8 8" />
  </Icon>
);

export const FollowIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="4.25" />
    <path d="M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3.5v9M3.5 8h9" />
  </Icon>
);

export const MinusIcon = () => (
  <Icon>
    <path d="M3.5 8h9" />
  </Icon>
);

/** Show the whole city. */
export const CityIcon = () => (
  <Icon>
    <path d="M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.75" />
    <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z" />
  </Icon>
);

export const LeaveIcon = () => (
  <Icon>
    <path d="M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.25" />
    <path d="M10.2 10.2l3.3 3.3" />
  </Icon>
);

export const SortIcon = ({ descending, faint }: { descending: boolean; faint: boolean }) => (
  <svg
    class={faint ? 'sort-icon faint' : 'sort-icon'}
    viewBox="0 0 8 8"
    width="8"
    height="8"
    aria-hidden="true"
  >
    <path d={descending ? 'M1 2.5h6L4 6.5z' : 'M1 5.5h6L4 1.5z'} />
  </svg>
);

export const HelpIcon = () => (
  <Icon>
    <path d="M5.6 5.9a2.4 2.4 0 1 1 3.7 2c-.8.5-1.3 1-1.3 1.9" />
    <path d="M8 12.4v.1" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M5 6.5l3 3 3-3" />
  </Icon>
);
