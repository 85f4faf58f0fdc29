import 'maplibre-gl/worker';
