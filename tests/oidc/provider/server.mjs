// A provider that looks like Keycloak from outside: its addresses, its claims, its way with `acr` and logout.
// The test that runs it decides by POST /control who the people are, and whether it hangs.
import http from "node:http";
import Provider from "oidc-provider";

const [port, site] = [Number(process.argv[2]), process.argv[3]];
const mount = "/realms/itdo";
const protocol = "/protocol/openid-connect";
const state = { people: {}, hangs: false };

const provider = new Provider(`http://127.0.0.1:${port}${mount}`, {
  clients: [
    {
      client_id: "itdo-web",
      client_secret: "s".repeat(40),
      token_endpoint_auth_method: "client_secret_post",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [`${site}/sign-in/return/`],
      post_logout_redirect_uris: [`${site}/signed-out/`],
      backchannel_logout_uri: `${site}/sign-in/back-channel-logout/`,
      backchannel_logout_session_required: true,
    },
  ],
  acrValues: ["1", "mfa"],
  claims: {
    openid: ["sub", "acr", "sid"],
    profile: ["preferred_username", "name", "family_name", "given_name", "locale", "groups", "realm_access"],
    email: ["email", "email_verified"],
  },
  // Keycloak puts what its mappers say into the ID token too.
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      // Keycloak asks no one who brings an ID token along.
      logoutSource: (ctx, form) => {
        ctx.body = page(`${form}<button form="op.logoutForm" name="logout" value="yes" autofocus>Log out</button>`);
      },
    },
  },
  routes: {
    authorization: `${protocol}/auth`,
    token: `${protocol}/token`,
    userinfo: `${protocol}/userinfo`,
    jwks: `${protocol}/certs`,
    end_session: `${protocol}/logout`,
    revocation: `${protocol}/revoke`,
  },
  pkce: { required: () => true },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  interactions: { url: (ctx, interaction) => `${mount}/interaction/${interaction.uid}` },
  cookies: { keys: ["test"] },
  ttl: { AccessToken: 60, Session: 3600, Grant: 3600, Interaction: 600, IdToken: 300, RefreshToken: 1800 },
  findAccount: (ctx, id) => state.people[id] && { accountId: id, claims: async () => ({ sub: id, ...state.people[id] }) },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

const page = (body) => `<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1>${body}</html>`;

const read = async (request) => {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
};

async function interact(request, response) {
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html");
    response.end(
      page(`<form method="post"><label>User <input name="user" autofocus></label>
      <label><input type="checkbox" name="factor"> Second factor</label><button>Sign in</button></form>`),
    );
    return;
  }
  const form = new URLSearchParams(await read(request));
  const login = { accountId: form.get("user"), acr: form.get("factor") ? "mfa" : "1" };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

const answer = provider.callback();

http
  .createServer(async (request, response) => {
    if (request.url === "/control") {
      Object.assign(state, JSON.parse(await read(request)));
      response.end("{}");
    } else if (state.hangs) {
      return; // never answers
    } else if (request.url.startsWith(`${mount}/interaction/`)) {
      await interact(request, response);
    } else if (request.url.startsWith(`${mount}/`)) {
      request.originalUrl = request.url;
      request.url = request.url.slice(mount.length);
      answer(request, response);
    } else {
      response.statusCode = 404;
      response.end();
    }
  })
  .listen(port, "127.0.0.1", () => console.log("ready"));
