import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// The server hands these files out itself, so that console and interface share one origin and one cookie.
const server = process.env.HOTLINE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue()],
  build: { outDir: '../Hotline/wwwroot', emptyOutDir: true, target: 'es2022', sourcemap: false },
  server: {
    port: 5173,
    proxy: {
      '/api': server,
      '/health': server,
      '/docs': server,
      '/openapi': server,
      '/hubs': { target: server, ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'] },
});
