/// <reference types="vite/client" />

/** Made by the dashboard's build/map-source.ts. */
declare module 'virtual:map-worker-url' {
  const url: string;
  export default url;
}

declare module 'maplibre-gl/worker';
