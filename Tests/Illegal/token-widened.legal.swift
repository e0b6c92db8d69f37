import Consent

func limit(_ token: ConsentToken) -> Int64 { token.claims.capture.scope.maxFrames }
