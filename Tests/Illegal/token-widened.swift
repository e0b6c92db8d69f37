// error: cannot assign to property: 'maxFrames' is a 'let' constant
import Consent

func widen(_ token: inout ConsentToken) { token.claims.capture.scope.maxFrames = 1000 }
