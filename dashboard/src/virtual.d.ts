/// <reference types="vite/client" />

declare module 'virtual:map-worker-url' {
  const url: string;
  export default url;
}

/** MapLibre's worker: an import inside a worker starts it. See build/map-source.ts. */
declare module 'maplibre-gl/worker';
